using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Diagnosis;

/// <summary>Checks that the scanner finds the EICAR test file, and how old its signatures are.</summary>
internal sealed class ScannerCheck(IServiceProvider services) : IWorkerCheck
{
    // Signatures come out several times a day.
    internal static readonly TimeSpan OldAfter = TimeSpan.FromDays(1);

    public string Name => "scanner";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<ScannerProbe>() is not { } probe) return await DevelopmentAsync(cancellationToken);
        var most = services.GetRequiredService<IOptions<ClamdOptions>>().Value.MaxSignatureAge;
        return Judge(await probe.CheckAsync(cancellationToken), most);
    }

    internal static IReadOnlyList<Finding> Judge(ScannerHealth health, TimeSpan most)
    {
        const string Check = "scanner";
        const string Signatures = "scanner signatures";
        switch (health)
        {
            case ScannerHealth.Unreliable unreliable:
                return [Finding.Fail(Check, unreliable.Reason, "Start clamd, or correct `Processor:Clamd:Address` and its clamd.conf. Uploads wait meanwhile, and none is published.")];
            case ScannerHealth.Reliable reliable:
                var found = reliable.LowLimit is { } limit
                    ? Finding.Fail(Check, $"clamd's {limit} is too low for the largest accepted file.", $"Raise {limit} in its clamd.conf.")
                    : Finding.Ok(Check, $"{reliable.Scanner} finds the EICAR test file.");
                return [found, OfAge(reliable.SignatureAge, most) with { Age = reliable.SignatureAge }];
            default:
                throw new InvalidOperationException($"No finding for {health.GetType().Name}.");
        }

        static Finding OfAge(TimeSpan? age, TimeSpan most) => age switch
        {
            null => Finding.Skipped(Signatures, "clamd does not report their age: set EnableVersionCommand to yes in its clamd.conf."),
            { } old when old > most => Finding.Fail(Signatures, $"They are {old.TotalDays:0} days old.", "Check that freshclam runs and reaches its mirror. Workers are not ready until then."),
            { } old when old > OldAfter + OldAfter => Finding.Warn(Signatures, $"They are {old.TotalDays:0} days old.", "Check that freshclam runs and reaches its mirror."),
            { } young => Finding.Ok(Signatures, $"They are {Math.Max(0, young.TotalDays):0} days old."),
        };
    }

    private async Task<IReadOnlyList<Finding>> DevelopmentAsync(CancellationToken cancellationToken)
    {
        using var eicar = new MemoryStream(Eicar.Bytes.ToArray(), writable: false);
        var verdict = await services.GetRequiredService<IMalwareScanner>().ScanAsync(eicar, eicar.Length, cancellationToken);
        return verdict switch
        {
            ScanVerdict.Infected { Scanner: DevelopmentScanner.Name } => [Finding.Warn(Name, "The development scanner finds the EICAR test file and nothing else.", "Set `Scanner:Kind` to clamd before you accept uploads of others.")],
            ScanVerdict.Infected { Scanner: var scanner } => [Finding.Ok(Name, $"{scanner} finds the EICAR test file.")],
            _ => [Finding.Fail(Name, $"{verdict.Scanner} does not find the EICAR test file.", "Check that the scanner has signatures.")],
        };
    }
}
