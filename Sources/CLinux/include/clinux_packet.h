/* Packet, UDP and netlink sockets: what Swift cannot say because the kernel's structures and macros are not imported.
   Every function returns a value of at least 0, or the negative errno. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A non-blocking UDP socket on port of every address, bound to one interface, that may broadcast. */
int ingot_udp_socket(const char *interface, uint16_t port);

/* A non-blocking packet socket without link headers on one interface; ethertype in host order. It sees nothing that
   this machine sends. */
int ingot_packet_socket(int interface_index, uint16_t ethertype);

/* Lets only unfragmented IPv4 UDP datagrams to one port through. */
int ingot_packet_filter_udp(int fd, uint16_t port);

/* Sends one packet to a hardware address. */
long ingot_packet_send(
    int fd, int interface_index, uint16_t ethertype, const uint8_t mac[6], const void *bytes, size_t count);

/* Receives one packet; sets the sender's hardware address and whether the UDP checksum is complete. */
long ingot_packet_receive(int fd, void *bytes, size_t count, uint8_t mac[6], int *checksum_is_complete);

/* A blocking rtnetlink socket whose reads give up after five seconds. */
int ingot_netlink_socket(void);

/* Moves the calling thread into the network namespace of this descriptor. */
int ingot_enter_network_namespace(int fd);
