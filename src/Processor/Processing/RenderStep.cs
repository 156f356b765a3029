using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Processing;

/// <summary>The result of rendering a file.</summary>
/// <param name="Facts">Type and size from the file's header.</param>
/// <param name="Rendering">The variants, as local files.</param>
/// <param name="Fingerprint">Hash of profile, watermark and engine.</param>
/// <param name="Recipe">Hash that names the variants.</param>
public sealed record RenderedAsset(ImageFacts Facts, Rendering Rendering, string Fingerprint, string Recipe);

/// <summary>Inspects the file and renders the variants of its profile.</summary>
public sealed class RenderStep(IImageEngine engine, MegapixelBudget budget, WatermarkStore watermarks)
{
    /// <param name="source">The file.</param>
    /// <param name="workspace">Folder for the variants.</param>
    /// <param name="profile">The profile to render.</param>
    /// <param name="focalPoint">The point that crops keep.</param>
    /// <param name="begins">
    /// Called when the megapixel budget admits the image, with true if the image had to wait. If it throws, nothing is decoded.
    /// </param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<StepResult<RenderedAsset>> RunAsync(
        FetchedFile source, Workspace workspace, Profile profile, FocalPoint? focalPoint, Func<bool, Task> begins, CancellationToken cancellationToken)
    {
        var watermark = await watermarks.OfAsync(profile, cancellationToken);
        if (!(await engine.OpenAsync(source.Path, cancellationToken)).Passed(out var image, out var refused))
        {
            return refused;
        }

        await using var opened = image;
        var facts = image.Facts;

        // Each asset gets its own copy, so that a compromised decoder of one asset cannot change the watermark of another.
        if (watermark is not null)
        {
            await File.WriteAllBytesAsync(workspace.WatermarkPath, watermark.Bytes, cancellationToken);
        }

        var focus = profile.UsesFocalPoint() ? focalPoint : null;
        var request = new RenderRequest(
            source.Path, facts, profile, workspace.OutputFolder, focus, watermark is null ? null : workspace.WatermarkPath);
        var turn = budget.EnterAsync(facts, cancellationToken);
        var hasWaited = !turn.IsCompleted;
        using var place = await turn;
        await begins(hasWaited);
        if (!(await image.RenderAsync(request, cancellationToken)).Passed(out var rendering, out refused))
        {
            return refused;
        }

        var fingerprint = Recipe.Fingerprint(profile, rendering.Engine, watermark?.Sha256);
        return new RenderedAsset(facts, rendering, fingerprint, Recipe.Of(source.Sha256, focus, fingerprint));
    }
}
