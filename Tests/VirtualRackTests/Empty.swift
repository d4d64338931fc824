// VirtualRackTests
