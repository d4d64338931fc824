// HTTPServices
