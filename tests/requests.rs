//! 请求 What a server is asked as each role.

/// A request for each root field that needs an act; what it gives is wrong enough to change nothing. One
/// with a `$file` is sent as a form.
pub const REQUESTS: [(&str, &str); 82] = [
    ("Query.branchImport", r#"{ branchImport(id: "x") { id } }"#),
    ("Query.branchTemplate", r#"{ branchTemplate(uscc: "91610113MA6TXB2N3N", year: 2024, format: CSV) { url } }"#),
    ("Query.changes", "{ changes(first: 0) { endCursor } }"),
    ("Query.consentWording", "{ consentWording { version } }"),
    ("Query.consents", r#"{ consents(uscc: "91610113MA6TXB2N3N") { year } }"#),
    ("Query.creditChecks", "{ creditChecks(usccs: []) { uscc } }"),
    ("Query.mySessions", "{ mySessions { id } }"),
    ("Query.rightsMatrix", "{ rightsMatrix { types } }"),
    ("Query.userSessions", r#"{ userSessions(userId: "x") { id } }"#),
    ("Mutation.endSession", r#"mutation { endSession(input: { sessionId: "x" }) { userErrors { code } } }"#),
    ("Mutation.endUserSessions", r#"mutation { endUserSessions(input: { userId: "x" }) { userErrors { code } } }"#),
    (
        "Mutation.applyStatement",
        r#"mutation {
            applyStatement(input: { uscc: "91610113MA6TXB2N3N", year: 2024, version: 0, readingId: "x", fields: [] }) {
                userErrors { code }
            }
        }"#,
    ),
    (
        "Mutation.extractFigures",
        r#"mutation {
            extractFigures(input: { uscc: "91610113MA6TXB2N3N", year: 2024, sources: [] }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.withdrawConsent",
        r#"mutation {
            withdrawConsent(input: { uscc: "91610113MA6TXB2N3N", year: 2024, source: TAX }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.importBranchReports",
        r#"mutation($file: Upload!) {
            importBranchReports(input: {
                uscc: "91610113MA6TXB2N3N", year: 2024, file: $file, idempotencyKey: ""
            }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.readFinancialStatement",
        r#"mutation($file: Upload!) {
            readFinancialStatement(input: { uscc: "91610113MA6TXB2N3N", year: 2024, file: $file }) {
                userErrors { code }
            }
        }"#,
    ),
    ("Query.users", "{ users { nodes { login } } }"),
    ("Query.apiClients", "{ apiClients { nodes { name } } }"),
    ("Query.auditTrail", "{ auditTrail(first: 1) { nodes { act } } }"),
    ("Query.verifyAuditChain", "{ verifyAuditChain { whole } }"),
    ("Query.slowOperations", "{ slowOperations { seconds } }"),
    ("Query.job", r#"{ job(id: "x") { status } }"#),
    ("Query.jobs", "{ jobs { nodes { status } } }"),
    ("Query.trustedDocuments", "{ trustedDocuments { nodes { hash } } }"),
    ("Query.filingState", r#"{ filingState(uscc: "91610113MA6TXB2N3N", year: 2024) { stage } }"#),
    ("Query.myReports", "{ myReports(year: 2024) { stage } }"),
    ("Query.branchFilings", r#"{ branchFilings(uscc: "91610113MA6TXB2N3N", year: 2024) { nodes { stage } } }"#),
    (
        "Mutation.saveReportDraft",
        r#"mutation {
            saveReportDraft(input: { uscc: "91610113MA6TXB2N3N", year: 2024, version: 0, values: [] }) {
                userErrors { code }
            }
        }"#,
    ),
    (
        "Mutation.confirmUnchanged",
        r#"mutation {
            confirmUnchanged(input: { uscc: "91610113MA6TXB2N3N", year: 2024, version: 0, fields: [] }) {
                userErrors { code }
            }
        }"#,
    ),
    (
        "Mutation.submitAnnualReport",
        r#"mutation {
            submitAnnualReport(input: { uscc: "91610113MA6TXB2N3N", year: 2024, idempotencyKey: "" }) {
                userErrors { code }
            }
        }"#,
    ),
    (
        "Mutation.correctAnnualReport",
        r#"mutation {
            correctAnnualReport(input: {
                uscc: "91610113MA6TXB2N3N", year: 2024, reportVersion: 1, idempotencyKey: "", values: [], reason: ""
            }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.modifyAnnualReport",
        r#"mutation {
            modifyAnnualReport(input: {
                uscc: "91610113MA6TXB2N3N", year: 2024, reportVersion: 1, idempotencyKey: "", values: [], reason: ""
            }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.fileBranchReports",
        r#"mutation {
            fileBranchReports(input: {
                uscc: "91610113MA6TXB2N3N", year: 2024, idempotencyKey: "", branches: []
            }) { userErrors { code } }
        }"#,
    ),
    ("Query.savedSearches", "{ savedSearches { nodes { name } } }"),
    (
        "Mutation.exportSearch",
        r#"mutation { exportSearch(input: { query: "x", format: CSV, purpose: "" }) { userErrors { code } } }"#,
    ),
    ("Mutation.saveSearch", r#"mutation { saveSearch(input: { name: "", query: "x" }) { userErrors { code } } }"#),
    (
        "Mutation.updateSavedSearch",
        r#"mutation { updateSavedSearch(input: { id: "x", name: "" }) { userErrors { code } } }"#,
    ),
    ("Mutation.deleteSavedSearch", r#"mutation { deleteSavedSearch(input: { id: "x" }) { userErrors { code } } }"#),
    ("Mutation.startAuditVerification", "mutation { startAuditVerification { userErrors { code } } }"),
    ("Mutation.createUser", r#"mutation { createUser(input: { login: "x", name: "" }) { userErrors { code } } }"#),
    ("Mutation.disableUser", r#"mutation { disableUser(input: { userId: "x" }) { userErrors { code } } }"#),
    ("Mutation.enableUser", r#"mutation { enableUser(input: { userId: "x" }) { userErrors { code } } }"#),
    ("Mutation.resetUser", r#"mutation { resetUser(input: { userId: "x" }) { userErrors { code } } }"#),
    (
        "Mutation.linkIdentity",
        r#"mutation { linkIdentity(input: { userId: "x", provider: "x", subject: "x" }) { userErrors { code } } }"#,
    ),
    (
        "Mutation.unlinkIdentity",
        r#"mutation { unlinkIdentity(input: { userId: "x", provider: "x", subject: "x" }) { userErrors { code } } }"#,
    ),
    (
        "Mutation.assignRole",
        r#"mutation { assignRole(input: { userId: "x", role: CLERK, regionCode: "610000" }) { userErrors { code } } }"#,
    ),
    (
        "Mutation.revokeRole",
        r#"mutation { revokeRole(input: { userId: "x", role: CLERK, regionCode: "610000" }) { userErrors { code } } }"#,
    ),
    (
        "Mutation.createApiClient",
        r#"mutation { createApiClient(input: { name: "", regionCode: "610000" }) { userErrors { code } } }"#,
    ),
    ("Mutation.rotateApiKey", r#"mutation { rotateApiKey(input: { clientId: "x" }) { userErrors { code } } }"#),
    ("Mutation.updateApiClient", r#"mutation { updateApiClient(input: { clientId: "x" }) { userErrors { code } } }"#),
    ("Mutation.disableApiClient", r#"mutation { disableApiClient(input: { clientId: "x" }) { userErrors { code } } }"#),
    ("Mutation.rotateOwnApiKey", "mutation { rotateOwnApiKey { userErrors { code } } }"),
    ("Query.zeroValueReports", "{ zeroValueReports(year: 2024, first: 0) { totalCount } }"),
    ("Query.filingProgress", "{ filingProgress(year: 2024) { year } }"),
    ("Query.comparisonFindings", "{ comparisonFindings(year: 2024, first: 0) { totalCount } }"),
    ("Query.correctionLetters", "{ correctionLetters(year: 2024, first: 0) { totalCount } }"),
    (
        "Mutation.exportZeroValueReports",
        r#"mutation { exportZeroValueReports(input: { year: 2024, format: CSV, purpose: "" }) { userErrors { code } } }"#,
    ),
    ("Mutation.compareReports", "mutation { compareReports(input: { year: 1900 }) { userErrors { code } } }"),
    (
        "Mutation.issueCorrectionLetter",
        "mutation { issueCorrectionLetter(input: { findingIds: [] }) { userErrors { code } } }",
    ),
    (
        "Mutation.answerCorrectionLetter",
        r#"mutation { answerCorrectionLetter(input: { letterId: "x", answer: "" }) { userErrors { code } } }"#,
    ),
    (
        "Mutation.settleFinding",
        r#"mutation { settleFinding(input: { findingId: "x", settlement: ACCEPT }) { userErrors { code } } }"#,
    ),
    ("Query.apiUsage", "{ apiUsage { requests } }"),
    ("Mutation.registerDocuments", "mutation { registerDocuments(input: { documents: [] }) { userErrors { code } } }"),
    (
        "Mutation.revealField",
        r#"mutation { revealField(input: { id: "x", field: ENTERPRISE_PHONE, purpose: "" }) { userErrors { code } } }"#,
    ),
    (
        "Mutation.changePassword",
        r#"mutation { changePassword(input: { oldPassword: "a", newPassword: "b" }) { userErrors { code } } }"#,
    ),
    ("Mutation.bindSecondFactor", "mutation { bindSecondFactor { userErrors { code } } }"),
    ("Mutation.verifySecondFactor", r#"mutation { verifySecondFactor(input: { code: "0" }) { userErrors { code } } }"#),
    ("Query.ownEmploymentNeeds", r#"{ ownEmploymentNeeds(uscc: "91610113MA6TXB2N3N") { nodes { post } } }"#),
    (
        "Mutation.publishEmploymentNeed",
        r#"mutation {
            publishEmploymentNeed(input: {
                uscc: "91610113MA6TXB2N3N", idempotencyKey: "", post: "", payLowYuan: 0, payHighYuan: 0, headCount: 0,
                regionCode: "610113", until: "2024-01-01"
            }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.withdrawEmploymentNeed",
        r#"mutation {
            withdrawEmploymentNeed(input: { uscc: "91610113MA6TXB2N3N", id: "x" }) { userErrors { code } }
        }"#,
    ),
    ("Query.liaisonLogs", "{ liaisonLogs(first: 1) { nodes { step } } }"),
    ("Query.ownLiaisonLogs", r#"{ ownLiaisonLogs(uscc: "91610113MA6TXB2N3N") { nodes { step } } }"#),
    ("Query.reminderSubscription", r#"{ reminderSubscription(uscc: "91610113MA6TXB2N3N") { state } }"#),
    (
        "Mutation.optInToReminders",
        r#"mutation { optInToReminders(input: { uscc: "91610113MA6TXB2N3N" }) { userErrors { code } } }"#,
    ),
    ("Query.reminderCampaigns", "{ reminderCampaigns(first: 1) { nodes { state } } }"),
    ("Query.reminderCampaign", r#"{ reminderCampaign(id: "x") { state } }"#),
    (
        "Mutation.createReminderCampaign",
        r#"mutation {
            createReminderCampaign(input: {
                year: 2024, regionCode: "610000", text: "", dailyCap: 0, idempotencyKey: ""
            }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.stopReminderCampaign",
        r#"mutation { stopReminderCampaign(input: { id: "x" }) { userErrors { code } } }"#,
    ),
    (
        "Mutation.recordLegalRepPhone",
        r#"mutation {
            recordLegalRepPhone(input: { uscc: "91610113MA6TXB2N3N", phone: "", reason: "" }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.publishNotice",
        r#"mutation {
            publishNotice(input: {
                uscc: "91610113MA6TXB2N3N", idempotencyKey: "", kind: SERVICE, title: "", body: ""
            }) { userErrors { code } }
        }"#,
    ),
    (
        "Mutation.withdrawNotice",
        r#"mutation { withdrawNotice(input: { id: "x", reason: "" }) { userErrors { code } } }"#,
    ),
    ("Mutation.signOut", "mutation { signOut { signedOut } }"),
];
