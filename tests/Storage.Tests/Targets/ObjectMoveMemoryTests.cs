using System.Security.Cryptography;
using Pipeline.Storage.S3;
using Pipeline.Storage.Targets;
using Pipeline.Storage.Tests.S3;

namespace Pipeline.Storage.Tests.Targets;

/// <summary>Counts the memory that the whole process takes, so no other test may run at the same time.</summary>
[CollectionDefinition(nameof(ObjectMoveMemoryTests), DisableParallelization = true)]
[Collection(nameof(ObjectMoveMemoryTests))]
public sealed class ObjectMoveMemoryTests : IClassFixture<S3Server>, IDisposable
{
    private static readonly ObjectKey Key = ObjectKey.Parse("assets/ab/photo/w320.webp");

    private readonly S3ObjectStore _own = S3Server.Open(S3Server.Area with { Prefix = $"own-{Guid.NewGuid():N}/" });
    private readonly S3ObjectStore _target = S3Server.Open(S3Server.Area with { Prefix = $"target-{Guid.NewGuid():N}/" });

    [Fact]
    public async Task Memory_stays_flat_for_a_large_object()
    {
        var move = new ObjectMove(_own, _target);
        var bytes = RandomNumberGenerator.GetBytes(24 * 1024 * 1024);
        await using (var content = new MemoryStream(bytes)) await _own.WriteAsync(Key, content, bytes.Length, new WriteOptions { ContentType = "image/webp" }, default);
        await move.RunAsync(ObjectKey.Parse("assets/none"), MoveMode.Copy, default);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        (await move.RunAsync(Key, MoveMode.Copy, default)).Result.ShouldBe(MoveResult.Copied);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(bytes.Length / 2);
    }

    public void Dispose()
    {
        _own.Dispose();
        _target.Dispose();
    }
}
