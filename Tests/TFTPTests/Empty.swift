// TFTPTests
