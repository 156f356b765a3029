using System.Diagnostics;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>Files that a compromised decoder could leave in its folder.</summary>
public sealed class DecoderFolderTests : IDisposable
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

    private readonly TempFolder _temp = new();
    private readonly DecoderFolder _folder;

    public DecoderFolderTests()
    {
        _folder = new DecoderFolder(_temp["decoder"]);
        Directory.CreateDirectory(_temp["taken"]);
        File.WriteAllBytes(_temp["secret.jpg"], Jpeg);
    }

    [Fact]
    public void What_is_taken_is_a_copy_whose_length_and_hash_are_its_own()
    {
        Leave("w320.jpg");

        var taken = Take("out/w320.jpg");
        File.WriteAllBytes(Left("w320.jpg"), [0xFF, 0xD8, 0xFF, 0xE1]);

        File.ReadAllBytes(taken.Path).ShouldBe(Jpeg);
        taken.Path.ShouldBe(_temp["taken/w320.jpg"]);
        taken.Bytes.ShouldBe(Jpeg.Length);
        taken.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Jpeg)));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../secret.jpg")]
    [InlineData("out/..")]
    [InlineData("")]
    [InlineData("out/")]
    [InlineData("out/.hidden")]
    [InlineData("out/a b")]
    public void A_path_that_leads_elsewhere_is_refused(string path) => Refused(path);

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        File.CreateSymbolicLink(Left("w320.jpg"), _temp["secret.jpg"]);

        Refused("w320.jpg");
    }

    [Fact]
    public void A_second_name_of_another_file_is_refused()
    {
        using (var link = Process.Start("ln", [_temp["secret.jpg"], Left("w320.jpg")])) link.WaitForExit();

        Refused("w320.jpg");
    }

    [Fact]
    public void A_pipe_is_refused_and_nobody_waits_for_it()
    {
        using (var pipe = Process.Start("mkfifo", [Left("w320.jpg")])) pipe.WaitForExit();

        Refused("w320.jpg");
    }

    [Fact]
    public void A_folder_is_refused()
    {
        Directory.CreateDirectory(Left("w320.jpg"));

        Refused("w320.jpg");
    }

    [Fact]
    public void A_file_of_another_type_than_it_is_said_to_be_is_refused()
    {
        File.WriteAllText(Left("w320.jpg"), "<script>");

        Refused("w320.jpg");
    }

    [Fact]
    public void An_empty_file_and_one_that_is_not_there_are_refused()
    {
        File.WriteAllText(Left("w320.jpg"), "");

        Refused("w320.jpg");
        Refused("w640.jpg");
    }

    [Fact]
    public void Two_variants_in_one_file_are_refused()
    {
        Leave("w320.jpg");

        Should.Throw<InvalidDataException>(() => _folder.Take([Variant("w320.jpg"), Variant("w320.jpg")], _temp["taken"]));
    }

    [Fact]
    public void A_folder_that_takes_the_place_of_the_output_folder_is_not_looked_into()
    {
        Directory.CreateDirectory(_temp["other"]);
        File.WriteAllBytes(_temp["other/w320.jpg"], Jpeg);
        Directory.Delete(_folder.OutPath);
        Directory.CreateSymbolicLink(_folder.OutPath, _temp["other"]);

        Refused("w320.jpg");
    }

    [Fact]
    public void A_file_is_lent_by_its_bytes_also_where_it_is_a_link()
    {
        File.CreateSymbolicLink(_temp["link"], _temp["secret.jpg"]);

        _folder.Lend(_temp["secret.jpg"], "source").ShouldBe("in/source");
        _folder.Lend(_temp["link"], "source").ShouldBe("in/source");

        new FileInfo(Path.Combine(_folder.InPath, "source")).LinkTarget.ShouldBeNull();
        File.ReadAllBytes(Path.Combine(_folder.InPath, "source")).ShouldBe(Jpeg);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _temp.Dispose();
    }

    private static RenderedVariant Variant(string path) => new("w320", "jpeg", 320, 200, path, 1, "as the decoder says");

    private string Left(string name) => Path.Combine(_folder.OutPath, name);

    private void Leave(string name) => File.WriteAllBytes(Left(name), Jpeg);

    private RenderedVariant Take(string path) => _folder.Take([Variant(path)], _temp["taken"]).ShouldHaveSingleItem();

    private void Refused(string path) => Should.Throw<InvalidDataException>(() => Take(path));
}
