// ImageFormatTests
