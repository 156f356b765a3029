using Pipeline.Assets.Jobs;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Diagnosis;

/// <summary>Checks that each job has run within three intervals.</summary>
internal sealed class JobsCheck(JobControl jobs) : IDiagnosticCheck
{
    public string Name => "jobs";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var states = await jobs.ListAsync(cancellationToken);
        var found = states.Select(Judge).OfType<Finding>().ToList();
        return found.Count > 0 ? found : [Finding.Ok(Name, $"All {states.Count} jobs ran within three intervals.")];
    }

    private Finding? Judge(JobState state)
    {
        var check = $"{Name} {state.Job.Name}";
        if (state.PausedAt is { } since)
            return Finding.Warn(check, $"{state.PausedBy} paused it at {since:yyyy-MM-dd'T'HH:mm:ss'Z'}.", $"Resume it: pipeline jobs resume {state.Job.Name}");
        if (state.IsLate)
        {
            var last = state.Last is { } run ? $"since {run.StartedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "yet";
            return Finding.Fail(check, $"It has not run {last}, and it should each {state.Job.Interval.TotalSeconds:0} s.", $"Run it: pipeline jobs run {state.Job.Name}. If it stays late, restart the instances and look into their logs.");
        }

        return state.Last is { Fault: { } fault }
            ? Finding.Warn(check, $"Its last run ended with {fault}.", $"The log of {state.Instance} has the details.")
            : null;
    }
}
