using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Diagnosis;

/// <param name="At">The time of the server's clock.</param>
/// <param name="Status">The worst status of a finding.</param>
/// <param name="Roles">The roles that the token named.</param>
/// <param name="Findings">The result of each check.</param>
/// <param name="Browser">Addresses for the checks that only a client can do.</param>
public sealed record DoctorReport(DateTimeOffset At, string Status, IReadOnlyList<string> Roles, IReadOnlyList<FindingView> Findings, BrowserView Browser);

/// <param name="Check">The name of the check.</param>
/// <param name="Status">ok, skipped, warn or fail.</param>
/// <param name="Detail">A sentence.</param>
/// <param name="Fix">What to do; left out if nothing is to be done.</param>
public sealed record FindingView(string Check, string Status, string Detail, string? Fix);

/// <param name="Origins">The origins of the front ends.</param>
/// <param name="UploadUrl">An upload URL without its signature, for a preflight request.</param>
/// <param name="UploadHeaders">The headers that an upload sends.</param>
public sealed record BrowserView(IReadOnlyList<string> Origins, string UploadUrl, IReadOnlyList<string> UploadHeaders);

/// <summary>Runs the checks of this host.</summary>
internal sealed class DoctorEndpoint(Doctor doctor, StorageAreas areas, IOptions<ApiOptions> api, TimeProvider time)
{
    private static readonly ObjectKey Key = ObjectKey.Parse($"{ObjectKey.IncomingArea}=doctor/preflight.txt");

    public async Task<IResult> RunAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var findings = await doctor.RunAsync(cancellationToken);
        var worst = findings.Max(finding => finding.Status);
        return Results.Ok(new DoctorReport(
            time.GetUtcNow(),
            Word(worst == FindingStatus.Skipped ? FindingStatus.Ok : worst),
            [.. user.ToCaller().Roles.Order(StringComparer.Ordinal)],
            [.. findings.Select(finding => new FindingView(finding.Check, Word(finding.Status), finding.Detail, finding.Fix))],
            Browser()));
    }

    // A preflight request needs no signature, so the query, which is a secret, is left out.
    private BrowserView Browser()
    {
        var upload = areas.Signer.SignPut(Key, new UploadTerms { ContentType = "image/jpeg", Length = 1 }, TimeSpan.FromSeconds(1));
        return new BrowserView(api.Value.FrontendOrigins, upload.Url.GetLeftPart(UriPartial.Path), [.. upload.Headers.Keys]);
    }

    private static string Word(FindingStatus status) => status.ToString().ToLowerInvariant();
}
