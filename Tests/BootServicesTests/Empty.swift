// BootServicesTests
