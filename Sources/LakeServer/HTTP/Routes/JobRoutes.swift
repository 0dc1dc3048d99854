import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let jobRoutes = [
        Route(
            method: .get,
            path: "/vectors/jobs",
            name: "listJobs",
            summary: "The jobs, newest first, one page.",
            role: .reader,
            query: [.limit, .cursor],
            answers: [.page("Job", "One page of jobs.")],
            handle: { call in
                let limit = try call.queryInteger("limit") ?? 100
                return try Reply.json(
                    try await call.lakehouse.jobs(limit: limit, cursor: call.query["cursor"], for: call.principal)
                )
            }
        ),
        Route(
            method: .get,
            path: "/vectors/jobs/{id}",
            name: "getJob",
            summary: "One job.",
            role: .reader,
            answers: [.json("Job", "The job.")],
            handle: { call in
                try Reply.json(try await call.lakehouse.job(id: try call.path("id"), for: call.principal))
            }
        ),
        Route(
            method: .post,
            path: "/vectors/jobs/{id}/cancel",
            name: "cancelJob",
            summary: "Stops a job; what it has done is kept.",
            role: .writer,
            refusesKey: true,
            answers: [.json("Job", "The job, cancelled.")],
            handle: { call in
                try Reply.json(try await call.lakehouse.cancelJob(id: try call.path("id"), for: call.principal))
            }
        ),
        Route(
            method: .post,
            path: "/vectors/jobs/{id}/resume",
            name: "resumeJob",
            summary: "Queues a failed or cancelled job again, to go on from where it was.",
            role: .writer,
            refusesKey: true,
            answers: [.json("Job", "The job, queued.", status: 202)],
            handle: { call in
                let job = try await call.lakehouse.resumeJob(id: try call.path("id"), for: call.principal)
                return try Reply.json(job, status: .accepted)
            }
        ),
        Route(
            method: .get,
            path: "/vectors/jobs/{id}/events",
            name: "watchJob",
            summary: "The job's states as they come, until a final one (server-sent events).",
            role: .reader,
            answers: [
                Route.Answer(
                    status: 200,
                    description: "Events named 'job', each with a Job as its data.",
                    content: [("text/event-stream", SchemaText.string)],
                    saysVersion: false
                )
            ],
            handle: { call in
                let events = try await call.lakehouse.jobEvents(id: try call.path("id"), for: call.principal)
                return EventStream.response(to: call, events, named: "job")
            }
        ),
    ]
}
