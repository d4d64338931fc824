import ArgumentParser
import VirtualRack

/// `ingot-lab power`
struct Power: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Switches a host on or off, or resets it.")

    enum Action: String, ExpressibleByArgument, CaseIterable {
        case on
        case off
        case cycle
        case reset
        case button
        case status
    }

    @Argument(help: "on, off (at once), cycle (off and on), reset, button (asks the system to shut down), status.")
    var action: Action
    @OptionGroup var host: HostOptions

    func run() async throws {
        let host = try host.open()
        switch action {
        case .on: try await host.powerOn()
        case .off: try await host.powerOff()
        case .cycle:
            try await host.powerOff()
            try await host.powerOn()
        case .reset: try await host.reset()
        case .button: try await host.pressPowerButton()
        case .status: break
        }
        print("\(host.name) is \(try await host.power.rawValue)")
    }
}

/// `ingot-lab pause`
struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stops a host's processor; its disks can be read then.")
    @OptionGroup var host: HostOptions

    func run() async throws { try await host.open().pause() }
}

/// `ingot-lab resume`
struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lets a paused host go on.")
    @OptionGroup var host: HostOptions

    func run() async throws { try await host.open().resume() }
}
