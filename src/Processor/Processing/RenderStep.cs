using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Processing;

/// <summary>The result of rendering a file.</summary>
/// <param name="Facts">Type and size from the file's header.</param>
/// <param name="Rendering">The variants that are not published yet, as local files.</param>
/// <param name="Recipes">The recipes of all variants.</param>
/// <param name="Keys">Which variants are kept, and the keys of the others.</param>
public sealed record RenderedAsset(ImageFacts Facts, Rendering Rendering, VariantRecipes Recipes, VariantKeys Keys);

/// <summary>Inspects the file and renders the variants of its profile, except those that are published and would come out the same.</summary>
public sealed class RenderStep(IImageEngine engine, MegapixelBudget budget, WatermarkStore watermarks)
{
    /// <param name="request">The focal point, and the published variants.</param>
    /// <param name="source">The file.</param>
    /// <param name="workspace">Folder for the variants.</param>
    /// <param name="profile">The profile to render.</param>
    /// <param name="begins">
    /// Called when the megapixel budget admits the image, with true if the image had to wait. If it throws, nothing is decoded.
    /// </param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<StepResult<RenderedAsset>> RunAsync(
        ProcessingRequest request, FetchedFile source, Workspace workspace, Profile profile, Func<bool, Task> begins, CancellationToken cancellationToken)
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

        var recipes = Recipes(engine.Version);
        var keys = new VariantKeys(request, recipes);
        var render = new RenderRequest(
            source.Path,
            facts,
            profile,
            workspace.OutputFolder,
            profile.UsesFocalPoint() ? request.FocalPoint : null,
            watermark is null ? null : workspace.WatermarkPath,
            keys.Kept.Count == 0 ? null : [.. keys.Kept.Select(v => new VariantId(v.Name, v.Format))]);
        var turn = budget.EnterAsync(facts, cancellationToken);
        var hasWaited = !turn.IsCompleted;
        using var place = await turn;
        await begins(hasWaited);
        if (!(await image.RenderAsync(render, cancellationToken)).Passed(out var rendering, out refused))
        {
            return refused;
        }

        if (rendering.Engine == recipes.EngineVersion) return new RenderedAsset(facts, rendering, recipes, keys);

        // Decoders with another library have been started since. They may make the kept variants differently, so the next attempt decides again.
        if (keys.Kept.Count > 0) throw new ProcessingFaultException(FailureCode.Internal, "The imaging libraries were replaced while the image was rendered.");
        recipes = Recipes(rendering.Engine);
        return new RenderedAsset(facts, rendering, recipes, new VariantKeys(request, recipes));

        VariantRecipes Recipes(string version) => new(source.Sha256, facts, profile, request.FocalPoint, watermark?.Sha256, version);
    }
}
