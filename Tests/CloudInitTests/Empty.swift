// CloudInitTests
