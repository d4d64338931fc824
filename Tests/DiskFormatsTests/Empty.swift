// DiskFormatsTests
