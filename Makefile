# Ingot's two commands are `make demo` and `make test`; both install what is missing. The other targets are their parts.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
CACHE := $(CURDIR)/.cache
BIN := $(CURDIR)/.build/release

# Debian packages that building, the stage, the images and the virtual rack need.
PACKAGES := libsqlite3-dev libssl-dev libzstd-dev liblzma-dev zlib1g-dev libpcap-dev libext2fs-dev pkg-config make git ca-certificates openssl \
    ipxe shim-signed grub-efi-amd64-signed grub-efi-amd64-bin grub-pc-bin grub-common grub2-common \
    mmdebstrap gpgv gpg gpg-agent gdisk fdisk dosfstools mtools e2fsprogs xfsprogs btrfs-progs zstd xz-utils gzip cpio kmod tar util-linux \
    qemu-system-x86 qemu-utils ovmf iproute2 dnsmasq-base tcpdump openssh-client curl nginx-light python3 python3-venv procps binutils file seabios ipxe-qemu

# What the benchmarks of the boot services need besides; their peers' servers are unpacked below .cache, not installed.
BENCH_PACKAGES := kea-admin kea-common dnsmasq-base libwrap0 libpcre2-8-0 wrk gcc libc6-dev

.PHONY: help deps build boot-files stage image test-image demo test test-long lint fuzz bench-write bench-stage bench-dhcp bench-tftp bench-http \
    bench-import bench-deps install clean

help:
	@echo "make demo        install what is missing, build, and provision a virtual host end to end"
	@echo "make test        install what is missing and run all tests"
	@echo "make test-long   make test, and a boot over a bad wire"
	@echo "make build       build ingot, ingot-agent and ingot-lab"
	@echo "make boot-files  fill tftp-root from Debian's packages"
	@echo "make stage       build the stage: kernel and initramfs"
	@echo "make image       build the Debian 12 image (make test-image: the trimmed one of the tests)"
	@echo "make bench-write bench-stage bench-dhcp bench-tftp bench-http bench-import"
	@echo "                 the benchmarks, which print ratios and fail below their goals"
	@echo "make fuzz        fuzz the decoders and the boot listener, 10 minutes each (FUZZ_SECONDS)"
	@echo "make install     install below PREFIX ($(PREFIX)), with the systemd units"
	@echo "make clean       remove everything that was built or cached here"

deps:
	@.ci/dependencies $(PACKAGES)

build: deps
	$(SWIFT) build -c release

boot-files: deps
	@tftp-root/fill

stage: build boot-files
	@.ci/artifact stage

image: build
	@.ci/artifact image debian-12

test-image: build
	@.ci/artifact image debian-12-test

demo: stage image
	@config/demo

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Fuzz

test: deps
	@.ci/test

test-long: test
	@.ci/test-long

fuzz: deps
	@Fuzz/run

bench-write: build
	@Benchmarks/write/run

bench-stage: stage
	@Benchmarks/stage/run

bench-deps: deps
	@.ci/dependencies $(BENCH_PACKAGES)

bench-dhcp: build bench-deps
	@Benchmarks/dhcp/run

bench-tftp: build bench-deps
	@Benchmarks/tftp/run

bench-http: build bench-deps
	@Benchmarks/http/run

bench-import: build bench-deps
	@Benchmarks/import/run

install:
	@.ci/install "$(DESTDIR)" "$(PREFIX)"

clean:
	rm -rf .build .cache
	git clean -fdXq tftp-root
