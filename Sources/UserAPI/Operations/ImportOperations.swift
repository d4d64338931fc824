/// What brings images in and out, checks them, and takes its time: imports, exports, checks, uploads and tasks.
extension APIOperation {
    static let importOperations = [
        createImport, createExport, createCheck, listCredentials, createCredential, removeCredential, listUploads,
        createUpload, showUpload, appendToUpload, removeUpload, listTasks, showTask, cancelTask,
    ]

    private static let upload = "\(APIRoute.uploads)/{upload}"
    private static let task = "\(APIRoute.tasks)/{task}"

    package static let createImport = APIOperation(
        "createImport", .post, APIRoute.imports, .owners, "Orders the import of a disk image.",
        body: .json(ImageImportRequest.self), answer: .beginsTask)
    package static let createExport = APIOperation(
        "createExport", .post, APIRoute.exports, .owners, "Orders the export of a revision to an object storage.",
        body: .json(ExportRequest.self), answer: .beginsTask)
    package static let createCheck = APIOperation(
        "createCheck", .post, APIRoute.checks, .administrators,
        "Orders a search for missing, damaged and orphaned chunks.",
        query: [
            QueryParameter("quick", .flag, "Whether chunks are only looked for, and not read."),
            QueryParameter(
                "repair", .flag,
                "Whether damaged chunks are restored, or removed so that an import or a copy stores them anew; not quick."
            ),
        ],
        answer: .beginsTask)
    package static let listCredentials = APIOperation(
        "listCredentials", .get, APIRoute.credentials, .owners, "Lists the account's credentials, without secrets.",
        query: .page, answer: .shows(Page<CredentialSummary>.self))
    package static let createCredential = APIOperation(
        "createCredential", .post, APIRoute.credentials, .owners, "Keeps the keys of an object storage.",
        body: .json(CredentialRequest.self), answer: .makes(CredentialSummary.self))
    package static let removeCredential = APIOperation(
        "removeCredential", .delete, "\(APIRoute.credentials)/{credential}", .owners, "Forgets a credential.",
        answer: .nothing)
    package static let listUploads = APIOperation(
        "listUploads", .get, APIRoute.uploads, .owners, "Lists the account's unfinished uploads.", query: .page,
        answer: .shows(Page<UploadDetail>.self))
    package static let createUpload = APIOperation(
        "createUpload", .post, APIRoute.uploads, .owners, "Begins an upload.", body: .json(UploadRequest.self),
        answer: .makes(UploadDetail.self))
    package static let showUpload = APIOperation(
        "showUpload", .get, upload, .owners, "Shows how far an upload is.", answer: .shows(UploadDetail.self))
    package static let appendToUpload = APIOperation(
        "appendToUpload", .patch, upload, .owners, "Appends the body to an upload.",
        query: [
            QueryParameter(
                "offset", .integer(0...Int64.max), isRequired: true,
                "How many bytes have come: where the body goes on.")
        ],
        body: .file, answer: .shows(UploadDetail.self))
    package static let removeUpload = APIOperation(
        "removeUpload", .delete, upload, .owners, "Throws an upload away.", answer: .nothing)
    package static let listTasks = APIOperation(
        "listTasks", .get, APIRoute.tasks, .owners, "Lists tasks, newest first.", query: .pageBehindItem,
        answer: .shows(Page<TaskDetail>.self))
    package static let showTask = APIOperation(
        "showTask", .get, task, .owners, "Shows how far a task is.", answer: .shows(TaskDetail.self))
    package static let cancelTask = APIOperation(
        "cancelTask", .delete, task, .owners, "Cancels a task; what it has half made is removed.", answer: .nothing)
}
