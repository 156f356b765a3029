using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Processing;

/// <summary>What the step made of a file.</summary>
/// <param name="Facts">What the file is.</param>
/// <param name="Rendering">Its variants, as local files.</param>
/// <param name="Fingerprint">Of profile and engine.</param>
/// <param name="Recipe">Names the variants.</param>
public sealed record RenderedAsset(ImageFacts Facts, Rendering Rendering, string Fingerprint, string Recipe);

/// <summary>Looks at what the file is and makes the variants of its profile.</summary>
public sealed class RenderStep(IImageEngine engine, MegapixelBudget budget, WatermarkStore watermarks)
{
    /// <param name="source">The file.</param>
    /// <param name="workspace">Takes the variants.</param>
    /// <param name="profile">What to make.</param>
    /// <param name="focalPoint">What crops keep.</param>
    /// <param name="begins">Called when the image has its turn, and told whether it had to wait for it; nothing is decoded if it throws.</param>
    /// <param name="cancellationToken">Ends the work.</param>
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

        // A file for each asset: what decodes one must not be able to change what is laid over another.
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
