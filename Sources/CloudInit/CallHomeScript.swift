/// The program that the installed system runs once. Python's standard library only: every image with cloud-init has it.
/// Its optional arguments are the configuration file and the root of the `/sys`, `/proc`, `/etc` to look at.
enum CallHomeScript {
    static let text = #"""
        #!/usr/bin/python3
        """Tells the Ingot server that this system started from its own disk and what cloud-init made of it."""
        import json
        import os
        import random
        import subprocess
        import sys
        import time
        import urllib.error
        import urllib.request

        CONFIG = sys.argv[1] if len(sys.argv) > 1 else "/var/lib/ingot/call-home.json"
        ROOT = sys.argv[2] if len(sys.argv) > 2 else ""
        UNIT = "ingot-call-home.service"
        VERDICT_TIMEOUT = 2 * 3600
        FIRST_PAUSE, LONGEST_PAUSE = 1, 60
        ERROR_COUNT, ERROR_LENGTH = 20, 500


        def read(path, mode="r"):
            try:
                with open(ROOT + path, mode) as file:
                    return file.read()
            except OSError:
                return None


        def root_block_device():
            """The sysfs directory of the block device that is mounted at /."""
            number = source = None
            for line in (read("/proc/self/mountinfo") or "").splitlines():
                fields = line.split()
                if len(fields) > 6 and fields[4] == "/":
                    number, source = fields[2], fields[fields.index("-") + 2]
            if number is None:
                return None
            if number.startswith("0:"):  # btrfs: the device number is the file system's own
                name = os.path.basename(os.path.realpath(ROOT + source))
                directory = os.path.realpath(f"{ROOT}/sys/class/block/{name}")
            else:
                directory = os.path.realpath(f"{ROOT}/sys/dev/block/{number}")
            return directory if os.path.isdir(directory) else None


        def disk_below(directory):
            """The whole disk below a partition, or below the first device of a mapping or array."""
            for _ in range(16):
                slaves = os.path.join(directory, "slaves")
                below = sorted(os.listdir(slaves)) if os.path.isdir(slaves) else []
                if below:
                    directory = os.path.realpath(os.path.join(slaves, below[0]))
                elif os.path.exists(os.path.join(directory, "partition")):
                    directory = os.path.dirname(directory)
                else:
                    break
            return directory


        def serial_of(disk):
            """As the kernel tells it: virtio's own attribute, the controller's (NVMe), or SCSI's page 0x80."""
            for name in ("serial", "device/serial", "device/vpd_pg80"):
                try:
                    with open(os.path.join(disk, name), "rb") as file:
                        data = file.read()
                except OSError:
                    continue
                if name.endswith("vpd_pg80"):
                    data = data[4:4 + int.from_bytes(data[2:4], "big")]
                text = data.decode("ascii", "replace").strip("\0 \t\r\n")
                if text:
                    return text
            return ""


        def path_of(disk):
            below = os.path.realpath(ROOT + "/sys/devices") + "/"
            return disk[len(below):] if disk.startswith(below) else ""


        def run_cloud_init(*arguments):
            return subprocess.run(
                ["cloud-init", "status", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=VERDICT_TIMEOUT, universal_newlines=True).stdout


        def verdict():
            """cloud-init's status and errors, once it has ended."""
            try:
                output = run_cloud_init("--wait", "--format", "json")
                start = output.find("{")
                if start < 0:  # older than --format
                    return verdict_from_text(run_cloud_init("--wait"))
                return verdict_from_json(json.loads(output[start:]))
            except FileNotFoundError:
                return "not-installed", ["this image has no cloud-init"]
            except subprocess.TimeoutExpired:
                return "timeout", [f"cloud-init did not end within {VERDICT_TIMEOUT} s"]
            except (OSError, ValueError) as error:
                return "unknown", [f"cloud-init status: {error}"]


        def verdict_from_json(report):
            errors = [str(error) for error in report.get("errors") or []]
            for level, messages in (report.get("recoverable_errors") or {}).items():
                if level in ("WARNING", "ERROR", "CRITICAL"):
                    errors += [f"{level}: {message}" for message in messages]
            return str(report.get("status", "unknown")), errors


        def verdict_from_text(output):
            words = [line.split(":", 1)[1].strip() for line in output.splitlines() if line.startswith("status:")]
            try:
                errors = json.loads(read("/run/cloud-init/result.json") or "{}").get("v1", {}).get("errors", [])
            except ValueError:
                errors = ["result.json is malformed"]
            return (words[-1] if words else "unknown"), [str(error) for error in errors]


        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *arguments):
                return None


        def post(url, report):
            """True if the server took the report, False if it never will, None to try again."""
            request = urllib.request.Request(
                url, data=json.dumps(report).encode(), headers={"Content-Type": "application/json"}, method="POST")
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
            try:
                with opener.open(request, timeout=30):
                    return True
            except urllib.error.HTTPError as error:
                answer = error.read(2000).decode("utf-8", "replace")
                print(f"the server answered {error.code}: {answer}", flush=True)
                return False if 400 <= error.code < 500 and error.code not in (408, 425, 429) else None
            except Exception as error:
                print(f"the server cannot be reached: {error}", flush=True)
                return None


        def main():
            with open(CONFIG) as file:
                config = json.load(file)
            status, errors = verdict()
            device = root_block_device()
            disk = disk_below(device) if device else None
            report = {
                "deploymentID": config["deploymentID"],
                "nonce": config["nonce"],
                "bootID": (read("/proc/sys/kernel/random/boot_id") or "").strip(),
                "machineID": (read("/etc/machine-id") or "").strip(),
                "rootDiskSerial": serial_of(disk) if disk else "",
                "rootDiskPath": path_of(disk) if disk else "",
                "cloudInitStatus": status,
                "cloudInitErrors": [error[:ERROR_LENGTH] for error in errors[:ERROR_COUNT]],
            }
            pause = FIRST_PAUSE
            while (accepted := post(config["url"], report)) is None:
                time.sleep(pause * random.uniform(0.5, 1))
                pause = min(pause * 2, LONGEST_PAUSE)
            os.remove(CONFIG)
            subprocess.run(["systemctl", "disable", "--quiet", UNIT], check=False)
            print("the server has taken the report" if accepted else "the server has refused the report", flush=True)
            return 0 if accepted else 1


        if __name__ == "__main__":
            sys.exit(main())

        """#
}
