import Glibc
import LinuxSystem
import StageAgent

FreedMemory.keep()
switch Role(arguments: CommandLine.arguments, isFirstProcess: getpid() == 1) {
case .supervisor:
    Supervisor.run()
case .modprobe(let names):
    let modules = KernelModules()
    let failures = names.flatMap { modules.load($0) }
    exit(failures.isEmpty ? 0 : 1)
case .agent:
    exit(await Stage().run().exitStatus)
case .native(let arguments):
    exit(await NativeDeployment.run(arguments))
case .none:
    print("ingot-agent is the init of Ingot's stage: it runs only there, started by a network boot")
    exit(2)
}
