// BootPolicyTests
