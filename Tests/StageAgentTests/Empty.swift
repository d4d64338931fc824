// StageAgentTests
