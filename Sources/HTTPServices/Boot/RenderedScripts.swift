package import BootScripts

extension BootScripts: BootScriptRendering {}
