using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging;

/// <summary>Registers imaging in a host.</summary>
public static class ImagingRegistration
{
    internal const string LimitsSection = $"{ImagingOptions.Section}:Limits";

    /// <summary>
    /// Adds <see cref="IImageEngine"/>, <see cref="ImagingOptions"/> and <see cref="ImageLimits"/>. A wrong setting or a missing native
    /// library stops the host at its start.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The root configuration, with the section <c>Processor</c> in it.</param>
    public static IServiceCollection AddImaging(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ImagingOptions>()
            .Configure(options => options.Profiles = ProfileSection.Read(configuration, out _))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ImagingOptions>>(new ImagingOptionsValidator(configuration));
        services.AddValidatedOptions<ImageLimits>(configuration, LimitsSection);
        services.AddValidatedOptions<WorkOptions>(configuration, WorkOptions.Section);
        services.AddSingleton<Workspaces>();
        services.AddValidatedOptions<DecoderOptions>(configuration, DecoderOptions.Section)
            .PostConfigure<IOptions<ImageLimits>>((decoder, limits) => decoder.Complete(limits.Value));
        services.AddSingleton<MegapixelBudget>();
        return services.AddEngine(OperatingSystem.IsLinux());
    }

    /// <param name="services">The host's services.</param>
    /// <param name="canConfine">Whether this system has the sandbox of the decoders.</param>
    internal static IServiceCollection AddEngine(this IServiceCollection services, bool canConfine)
    {
        if (!canConfine)
        {
            services.AddSingleton<VipsImageEngine>().AddSingleton<IImageEngine>(provider => provider.GetRequiredService<VipsImageEngine>());
            return services.AddHostedService<UnconfinedStart>();
        }

        services.AddSingleton(DecoderProgram.Find());
        services.AddSingleton<DecoderProcessPool>();
        services.AddSingleton(CpuPressure.OfMachine).AddSingleton<DecoderImageEngine>();
        services.AddSingleton<IImageEngine>(provider => provider.GetRequiredService<DecoderImageEngine>());
        return services.AddHostedService(provider => provider.GetRequiredService<DecoderImageEngine>());
    }
}
