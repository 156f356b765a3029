using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Fuzz;

/// <summary>The engine as a worker uses it, with its decoder processes.</summary>
internal sealed class Engine : IAsyncDisposable
{
    /// <summary>This tests decoding, so encoding uses the least effort; together the profiles use all options.</summary>
    private static readonly Profile[] Profiles =
    [
        new() { WebpEffort = 0 },
        new() { Widths = [200], WebpEffort = 0, CleanOriginal = true, KeepCopyright = true },
        new() { Widths = [], Boxes = [new(64, 64), new(256, 256)], Fit = Fit.Cover, WebpEffort = 0 },
        new() { Widths = [], Boxes = [new(300, 200)], Fit = Fit.Contain, Crop = Crop.Entropy, WebpEffort = 0, Animate = false },
    ];

    /// <summary>All types, including those that are off by default.</summary>
    private static readonly string[] Types = ["jpeg", "png", "webp", "gif", "heic", "avif", "svg"];

    private readonly IHost _host;
    private readonly IImageEngine _engine;

    private readonly ThrownErrors _thrown;

    private Engine(IHost host, ThrownErrors thrown) => (_host, _engine, _thrown) = (host, host.Services.GetRequiredService<IImageEngine>(), thrown);

    /// <summary>Unexpected errors of decoders.</summary>
    public IReadOnlyCollection<string> Thrown => _thrown.Seen;

    public static async Task<Engine> StartAsync(string workFolder, int atOnce, CancellationToken cancellationToken)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(Types.Select((type, at) => KeyValuePair.Create<string, string?>($"Processor:Limits:Inputs:{at}", type)));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Processor:Work:Folder"] = workFolder,
            ["Processor:Decoder:Children"] = $"{atOnce}",
        });
        var thrown = new ThrownErrors();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(thrown);
        builder.Services.AddImaging(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new Engine(host, thrown);
    }

    /// <returns>The outcome: <c>ready</c>, or the code of a rejection.</returns>
    public async Task<string> ProcessAsync(string source, string output, int index, CancellationToken cancellationToken)
    {
        var inspected = await _engine.OpenAsync(source, cancellationToken);
        if (!inspected.Passed(out var image, out var refused))
            return refused.Code;
        await using var opened = image;
        var request = new RenderRequest(source, image.Facts, Profiles[index % Profiles.Length], output);
        return (await image.RenderAsync(request, cancellationToken)).Passed(out _, out refused) ? "ready" : refused.Code;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
