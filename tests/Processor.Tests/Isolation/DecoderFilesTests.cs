using Pipeline.Imaging.Isolation;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

public sealed class DecoderFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Of_a_programs_folder_a_decoder_reads_assemblies_and_libraries()
    {
        Make("worker.dll", "worker.deps.json", "worker.runtimeconfig.json", "libvips.so.42", "modules/jpeg.so");
        Make("appsettings.json", ".env", "other.deps.json", "notes.so.txt", "data/assets.db", "data/.so/key", "a/b/deep.so");

        DecoderFiles.Program(_folder["worker.dll"]).Select(path => Path.GetRelativePath(_folder.Path, path))
            .ShouldBe(["worker.dll", "worker.deps.json", "worker.runtimeconfig.json", "libvips.so.42", "modules/jpeg.so"], ignoreOrder: true);
    }

    [Fact]
    public void A_folder_of_libraries_is_read_whole_unless_the_program_is_in_it()
    {
        Make("lib/libvips.so.42", "lib/pipeline/appsettings.json");
        Directory.CreateSymbolicLink(_folder["link"], _folder["lib"]);

        DecoderFiles.Below(_folder["lib"], [_folder["elsewhere"]]).ShouldBe([_folder["lib"]]);
        DecoderFiles.Below(_folder["lib"], [_folder["lib/pipeline"]]).ShouldBe([_folder["lib/libvips.so.42"]]);
        DecoderFiles.Below(_folder["link"], [_folder["lib/pipeline"]]).ShouldBe([_folder["link/libvips.so.42"]]);
        DecoderFiles.Below(_folder["none"], [_folder["lib"]]).ShouldBe([_folder["none"]]);
    }

    public void Dispose() => _folder.Dispose();

    private void Make(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], string.Empty);
        }
    }
}
