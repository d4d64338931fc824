// DHCPTests
