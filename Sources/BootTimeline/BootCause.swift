/// One thing that can keep a host from booting, and how to see it in its events.
package struct BootCause: Sendable {
    /// Never changes: programs may compare it.
    package let code: String
    /// A host that comes this far afterwards is over it.
    let overcomeAt: BootProgress
    let find: @Sendable (BootEvidence) -> BootFinding?

    /// Every cause, the most specific first: it wins where several are found.
    package static let all: [BootCause] = [
        .wrongFirmware, .largeBlocks, .missingFile, .failedTransfer, .noBootFile, .addressConflict, .poolExhausted,
        .noSubnet, .leaseStore, .foreignServer, .networkTaken, .proxyIgnored, .offerNotTaken, .failedDeployment,
        .failedScript, .parked, .bootLoop, .silentStage, .silentLoader, .stalledTransfer, .abortedTransfer,
        .unfetchedFile, .unanswered,
    ]
}

/// Where a cause was found, and what to say about it.
struct BootFinding: Sendable {
    /// The event that shows it, by its place in the attempt.
    let index: Int
    let sentence: String
    let advice: String
}
