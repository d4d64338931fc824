// HTTPServicesTests
