#pragma once
/* Linking this module makes a program mount /proc, /sys and /dev before its main when it runs as PID 1. */
int stage_init_mounted(void);
