extension APIOperation {
    /// Every operation, by what it is about.
    package static let all: [APIOperation] =
        hostOperations + deploymentOperations + imageOperations + shareOperations + importOperations
        + regionOperations + accountOperations + serverOperations
}
