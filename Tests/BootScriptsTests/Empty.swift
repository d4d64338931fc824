// BootScriptsTests
