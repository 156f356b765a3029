using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Bench.Imaging.Runners;

/// <summary>The engine, from the inspection of the header to the last variant and the placeholder.</summary>
internal sealed class EngineWork : IWork
{
    public static readonly Profile Usual = new();
    public static readonly Profile Quick = new() { WebpEffort = 2 };

    private readonly IImageEngine _engine;
    private readonly Profile _profile;
    private readonly IHost? _host;

    private EngineWork(IImageEngine engine, Profile profile, IHost? host) => (_engine, _profile, _host) = (engine, profile, host);

    public string Version => _engine.Version;

    /// <summary>Configured as in the hosts.</summary>
    public static async Task<EngineWork> HostedAsync(Profile profile)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddImaging(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        return new EngineWork(host.Services.GetRequiredService<IImageEngine>(), profile, host);
    }

    /// <summary>In this process, unlike in the hosts.</summary>
    public static EngineWork Bare(Profile profile) => new(
        new VipsImageEngine(Options.Create(new ImageLimits()), TimeProvider.System, NullLogger<VipsImageEngine>.Instance), profile, host: null);

    public async Task DoAsync(string photo, string folder, IReadOnlyList<int> widths)
    {
        if (!(await _engine.OpenAsync(photo, default)).Passed(out var image, out var refused)) throw new BenchException(refused.Reason);
        await using var opened = image;
        if (!(await image.RenderAsync(new RenderRequest(photo, image.Facts, _profile, folder), default)).Passed(out _, out refused)) throw new BenchException(refused.Reason);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is null) return;
        await _host.StopAsync();
        _host.Dispose();
    }
}
