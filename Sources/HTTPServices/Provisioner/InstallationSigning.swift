import Signing

extension InstallationKeys: DocumentSigning, ReceiptSigning {}
