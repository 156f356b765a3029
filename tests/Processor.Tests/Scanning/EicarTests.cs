using System.Security.Cryptography;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

public sealed class EicarTests
{
    [Fact]
    public void It_is_the_test_file_that_all_scanners_know()
    {
        Convert.ToHexStringLower(SHA256.HashData(Eicar.Bytes.Span))
            .ShouldBe("275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f");
    }

    [Fact]
    public void Neither_our_DLL_nor_that_of_the_tests_holds_it_in_the_clear()
    {
        foreach (var assembly in new[] { typeof(Eicar).Assembly, typeof(EicarTests).Assembly })
        {
            var bytes = File.ReadAllBytes(assembly.Location);
            bytes.AsSpan().IndexOf(Eicar.Bytes.Span[..40]).ShouldBe(-1);
            bytes.AsSpan().IndexOf(Eicar.Bytes.Span[28..]).ShouldBe(-1);
        }
    }
}
