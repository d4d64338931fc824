// LeasePolicyTests
