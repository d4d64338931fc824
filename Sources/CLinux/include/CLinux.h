// The one header of the module: each group of calls that Swift cannot make itself has a header of its own.
#include "clinux_confine.h"
#include "clinux_disk.h"
#include "clinux_files.h"
#include "clinux_packet.h"
#include "clinux_platform.h"
#include "clinux_readiness.h"
#include "clinux_tree.h"
