/// A table of the staffing demo.
public enum DemoTable: String, Sendable, CaseIterable {
    case candidates, clients
    case jobOrders = "job_orders"
    case placements, timesheets
    case callLog = "call_log"
    case emailLog = "email_log"
    case resumes

    /// The dataset it becomes.
    public var dataset: String { rawValue }

    /// The file it is exported as.
    public var fileName: String { "\(rawValue).\(self == .resumes ? "ndjson" : "csv")" }

    /// Columns in the order of the file.
    public var columns: [String] {
        let names =
            switch self {
            case .candidates:
                """
                candidate_id name title field city country postcode address phone email born_on languages skills \
                years_experience salary_expectation available_from remote desk registered_at notes
                """
            case .clients:
                """
                client_id name industry city country postcode address phone website account_manager employees \
                annual_revenue rating client_since active notes
                """
            case .jobOrders:
                """
                job_order_id client_id title field required_skills city openings filled status pay_rate_min \
                pay_rate_max work_mode opened_on needed_by desk description
                """
            case .placements:
                """
                placement_id job_order_id candidate_id client_id title contract_type start_on end_on hours_per_week \
                pay_rate bill_rate status recruiter signed_at notes
                """
            case .timesheets:
                """
                timesheet_id placement_id candidate_id week_ending hours overtime_hours pay_amount bill_amount \
                approved approved_on submitted_at note
                """
            case .callLog:
                "call_id candidate_id client_id recruiter direction started_at duration_s phone outcome notes"
            case .emailLog:
                """
                email_id candidate_id job_order_id kind sent_at from_address to_address subject body opened replied \
                attachments
                """
            case .resumes: "candidate_id name title city years_experience skills updated_on resume_text"
            }
        return names.split(separator: " ").map(String.init)
    }

    /// What is between two fields; the mail server exports with semicolons.
    var delimiter: UInt8 { UInt8(ascii: self == .emailLog ? ";" : ",") }

    /// What comes first; the client list is saved by a spreadsheet, with a byte order mark.
    var mark: StaticString { self == .clients ? "\u{FEFF}" : "" }

    /// What ends a row.
    var lineEnd: StaticString { self == .clients ? "\r\n" : "\n" }
}
