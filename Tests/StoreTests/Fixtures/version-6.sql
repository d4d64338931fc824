-- A database as the version before accounts left it: two images, one of them with a removed revision, a deployment of
-- each, one of an image that is gone, and a token.
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1 main job'), ('2 boot timeline'), ('3 reservations'), ('4 host parking'), ('5 placements'), ('6 lease columns');
CREATE TABLE hosts (
    id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, system_uuid TEXT, document TEXT NOT NULL);
CREATE TABLE images (
    name TEXT PRIMARY KEY NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE revisions (
    image_name TEXT NOT NULL REFERENCES images (name) ON DELETE CASCADE, number INTEGER NOT NULL,
    digest TEXT NOT NULL, created_at BIGINT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (image_name, number));
CREATE TABLE deployments (
    id TEXT PRIMARY KEY NOT NULL, number BIGINT NOT NULL UNIQUE, host_id TEXT NOT NULL, state TEXT NOT NULL,
    document TEXT NOT NULL, settings TEXT NOT NULL, receipt TEXT);
CREATE TABLE deployment_log (
    id INTEGER PRIMARY KEY, deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    at BIGINT NOT NULL, attempt INTEGER NOT NULL, line TEXT NOT NULL);
CREATE TABLE api_tokens (
    hash TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL);
INSERT INTO api_tokens VALUES ('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'administrator', 1700000000);
INSERT INTO images VALUES ('debian-12', 1700000100), ('web', 1700000200);
INSERT INTO revisions VALUES ('debian-12', 1, '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 1700000100, '{"createdAt":1700000100,"dataSize":2097152,"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","diskSize":3145728,"firmware":["bios","uefi"],"image":"debian-12","number":1,"os":{"id":"debian","version":"12"},"sectorSize":512}');
INSERT INTO revisions VALUES ('web', 2, '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752', 1700000200, '{"createdAt":1700000200,"dataSize":1048576,"digest":"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752","diskSize":1048576,"firmware":["uefi"],"image":"web","number":2,"os":{},"sectorSize":4096}');
INSERT INTO deployments VALUES ('d-1', 1, 'h-1', 'waiting', '{"attempt":0,"createdAt":0,"diskRule":"","expiresAt":1000,"hostID":"h-1","id":"d-1","imageName":"debian-12","manifest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","maximumAttempts":3,"mayOverwrite":false,"nonce":"n","phaseMilliseconds":{},"revision":1,"state":"waiting"}', '{}', NULL);
INSERT INTO deployments VALUES ('d-2', 2, 'h-1', 'cancelled', '{"attempt":0,"createdAt":0,"diskRule":"","expiresAt":1000,"hostID":"h-1","id":"d-2","imageName":"gone","manifest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","maximumAttempts":3,"mayOverwrite":false,"nonce":"n","phaseMilliseconds":{},"revision":1,"state":"cancelled"}', '{}', NULL);
INSERT INTO deployment_log (deployment_id, at, attempt, line) VALUES ('d-1', 5, 0, 'ordered');
