// DiskFormats
