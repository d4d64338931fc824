// DHCP
