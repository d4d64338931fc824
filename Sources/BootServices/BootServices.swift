// BootServices
