/// How the server answered a greeting.
struct GreetingAnswer: Sendable {
    /// The HTTP status.
    let status: UInt
    /// Nil where the status is not 200.
    let welcome: WelcomeDocument?
}
