// TFTP
