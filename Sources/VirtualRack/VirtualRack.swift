// VirtualRack
