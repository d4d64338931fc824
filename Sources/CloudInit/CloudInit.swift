// CloudInit
