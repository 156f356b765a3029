using Microsoft.Extensions.Options;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Diagnosis;

/// <summary>Renders a picture of one pixel in each format that every worker accepts, by the decoders that render uploads.</summary>
internal sealed class LoadersCheck(IImageEngine engine, Workspaces workspaces, MegapixelBudget budget) : IWorkerCheck
{
    private static readonly (string Format, byte[] Bytes)[] Pictures =
    [
        ("PNG", Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")),
        ("GIF", Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")),
        ("WebP", Convert.FromBase64String("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")),
    ];

    public string Name => "image loaders";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var broken = new List<string>();
        foreach (var (format, bytes) in Pictures)
            if (await FaultAsync(bytes, cancellationToken) is { } fault)
                broken.Add($"{format} ({fault})");
        return
        [
            broken.Count == 0
                ? Finding.Ok(Name, $"{engine.Version} renders {string.Join(", ", Pictures.Select(p => p.Format))} to JPEG and WebP.")
                : Finding.Fail(Name, $"The decoders fail on {string.Join(", ", broken)}.", "Install the packages that docs/operations.md lists for the worker, libvips above all, and restart it."),
        ];
    }

    private async Task<string?> FaultAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var workspace = workspaces.Open(Guid.NewGuid(), revision: 0);
        try
        {
            await File.WriteAllBytesAsync(workspace.SourcePath, bytes, cancellationToken);
            if (!(await engine.OpenAsync(workspace.SourcePath, cancellationToken)).Passed(out var image, out var rejected)) return rejected.Code;
            await using var opened = image;
            using var place = await budget.EnterAsync(image.Facts, cancellationToken);
            var rendered = await image.RenderAsync(new RenderRequest(workspace.SourcePath, image.Facts, new Profile { Widths = [16] }, workspace.OutputFolder), cancellationToken);
            return rendered.Passed(out _, out rejected) ? null : rejected.Code;
        }
        catch (ProcessingFaultException e)
        {
            return e.Code;
        }
    }
}
