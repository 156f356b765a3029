using System.CommandLine;
using System.Net;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Doctor;

namespace Pipeline.Cli.Commands;

static class DoctorCommand
{
    private const string Operator = "operator";

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var beforeUpgrade = new Option<bool>("--before-upgrade") { Description = "Also say what must end before another version starts" };
        var command = new Command("doctor", "Checks an installation from here and from its server. Repairs nothing.") { beforeUpgrade };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = Session.Open(parsed, global, environment);
            var (findings, failure) = await RunAsync(session, parsed.GetValue(beforeUpgrade), cancellationToken);
            var failed = findings.Count(finding => finding.Status == DoctorFinding.Fail);
            session.ConsoleOutput.Document(new
            {
                status = failed > 0 ? DoctorFinding.Fail : findings.Any(finding => finding.Status == DoctorFinding.Warn) ? DoctorFinding.Warn : DoctorFinding.Ok,
                findings,
                error = failure is null ? null : new { failure.Code, failure.Message },
            });
            foreach (var finding in findings) session.ConsoleOutput.Line(LineOf(finding));
            if (failure is not null) session.ConsoleOutput.Explain(failure);
            return Math.Max(failure?.ExitCode ?? ExitCode.Done, failed > 0 ? ExitCode.Refused : ExitCode.Done);
        });
        return command;
    }

    // A failure ends the checks; the findings before it are still shown.
    private static async Task<(IReadOnlyList<DoctorFinding> Findings, CliFailure? Failure)> RunAsync(Session session, bool beforeUpgrade, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        try
        {
            findings.Add(await ClockCheck.RunAsync(session, cancellationToken));
            findings.Insert(0, new DoctorFinding("server", DoctorFinding.Ok, $"{session.Server.GetLeftPart(UriPartial.Authority)} answers."));
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            var failure = CliFailure.Of(ConnectionErrors.ToException(e, session.Server.GetLeftPart(UriPartial.Authority)));
            return ([new DoctorFinding("server", DoctorFinding.Fail, failure.Message, "Start the server, or name another one with --server.")], failure);
        }

        try
        {
            var report = (await session.Operators.PostAsync<DoctorReport>("doctor", new { }, cancellationToken)).Value;
            findings.Add(new DoctorFinding("token", DoctorFinding.Ok, $"It has the role {string.Join(", ", report.Roles)}."));
            findings.AddRange(await PreflightCheck.RunAsync(session, report.Browser, cancellationToken));
            findings.AddRange(report.Findings);
            if (beforeUpgrade) findings.AddRange(await UpgradeCheck.RunAsync(session, report.Findings, cancellationToken));
            return (findings, null);
        }
        catch (PipelineException failure) when (failure.Status == HttpStatusCode.Forbidden)
        {
            findings.Add(new DoctorFinding("token", DoctorFinding.Fail, "It lacks the role that the server's checks need.", $"Use a token whose claim role is {Operator} or admin."));
            return (findings, null);
        }
        catch (PipelineException refused)
        {
            var failure = CliFailure.Of(refused);
            findings.Add(new DoctorFinding("token", DoctorFinding.Fail, failure.Message, "Use a valid token of this server."));
            return (findings, failure);
        }
    }

    private static string LineOf(DoctorFinding finding) =>
        $"{finding.Status,-8}{finding.Check}: {finding.Detail}{(finding.Fix is { } fix && finding.Status is not DoctorFinding.Ok ? $" → {fix}" : "")}";
}
