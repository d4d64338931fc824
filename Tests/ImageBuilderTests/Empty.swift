// ImageBuilderTests
