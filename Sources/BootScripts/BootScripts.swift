// BootScripts
