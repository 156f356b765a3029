namespace Pipeline.Storage.Tests.Contract;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task A_read_tied_to_an_entity_tag_sees_only_that_version()
    {
        var first = await Put(Key("a"), "first");
        await using (var read = await Store.ReadAsync(Key("a"), first, default)) read.ShouldBeOfType<ReadResult.Found>();

        await Put(Key("a"), "second");

        (await Store.ReadAsync(Key("a"), first, default)).ShouldBeOfType<ReadResult.Changed>();
    }

    [Fact]
    public async Task A_copy_has_the_bytes_of_its_source_and_what_it_was_given_beside_them()
    {
        var etag = await Put(Key("from"), "frozen", new WriteOptions { ContentType = "image/png", Metadata = Note("source") });
        var options = new WriteOptions { ContentType = "image/gif", CacheControl = "private", Metadata = Note("copy") };

        var result = await Store.CopyAsync(Key("from"), Key("to"), etag, options, default);

        var copied = result.ShouldBeOfType<CopyResult.Copied>();
        (await Text(Key("to"))).ShouldBe("frozen");
        var info = (await Store.HeadAsync(Key("to"), default)).ShouldNotBeNull();
        info.ETag.ShouldBe(copied.ETag);
        info.ContentType.ShouldBe("image/gif");
        info.CacheControl.ShouldBe("private");
        info.Metadata.ShouldBe(options.Metadata);
        (await Text(Key("from"))).ShouldBe("frozen");
    }

    [Fact]
    public async Task A_copy_outlives_its_source()
    {
        var etag = await Put(Key("from"), "frozen");
        await Store.CopyAsync(Key("from"), Key("to"), etag, Jpeg, default);

        await Put(Key("from"), "something else");
        (await Text(Key("to"))).ShouldBe("frozen");
        await Store.DeleteAsync(Key("from"), default);
        (await Text(Key("to"))).ShouldBe("frozen");
    }

    [Fact]
    public async Task A_copy_of_a_source_that_was_replaced_changes_nothing()
    {
        var confirmed = await Put(Key("from"), "scanned and clean");
        await Put(Key("from"), "something evil");

        var result = await Store.CopyAsync(Key("from"), Key("to"), confirmed, Jpeg, default);

        result.ShouldBeOfType<CopyResult.Changed>();
        (await Store.HeadAsync(Key("to"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_copy_of_nothing_changes_nothing()
    {
        await Put(Key("to"), "as it was");

        (await Store.CopyAsync(Key("none"), Key("to"), "some-etag", Jpeg, default)).ShouldBeOfType<CopyResult.Missing>();

        (await Text(Key("to"))).ShouldBe("as it was");
    }

    [Fact]
    public async Task A_copy_replaces_its_destination()
    {
        var etag = await Put(Key("from"), "new");
        await Put(Key("to"), "old");

        (await Store.CopyAsync(Key("from"), Key("to"), etag, Jpeg, default)).ShouldBeOfType<CopyResult.Copied>();

        (await Text(Key("to"))).ShouldBe("new");
    }

    [Fact]
    public async Task A_copy_cannot_ask_for_an_absent_destination()
    {
        var etag = await Put(Key("from"), "x");

        await Should.ThrowAsync<ArgumentException>(() => Store.CopyAsync(Key("from"), Key("to"), etag, Jpeg with { IfAbsent = true }, default));
    }

    [Fact]
    public async Task Of_many_writers_that_want_no_object_there_exactly_one_wins()
    {
        var options = Jpeg with { IfAbsent = true };
        var writes = Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
            (i, Result: await Store.WriteAsync(Key("a"), new MemoryStream([(byte)i]), 1, options, default))));

        var winner = (await Task.WhenAll(writes)).Single(write => write.Result is WriteResult.Written).i;

        (await Text(Key("a"))).ShouldBe(((char)winner).ToString());
    }

    [Fact]
    public async Task Readers_of_a_key_that_many_write_never_see_torn_bytes_nor_a_foreign_entity_tag()
    {
        const int writers = 3, rounds = 40;
        var key = Key("hot.jpg");
        var tags = new System.Collections.Concurrent.ConcurrentDictionary<string, (byte Fill, int Length)>();
        await WriteVersion(0);
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (var round = 0; round < rounds; round++) await WriteVersion((byte)(1 + w * rounds + round));
        })));
        var seen = new System.Collections.Concurrent.ConcurrentBag<(string ETag, byte Fill, int Length)>();
        var reading = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            do
            {
                await using var read = await Store.ReadAsync(key, null, default);
                var found = read.ShouldBeOfType<ReadResult.Found>();
                using var copy = new MemoryStream();
                await found.Content.CopyToAsync(copy);
                var bytes = copy.ToArray();
                bytes.LongLength.ShouldBe(found.Info.Size);
                bytes.AsSpan().ContainsAnyExcept(bytes[0]).ShouldBeFalse("bytes of two versions in one read");
                seen.Add((found.Info.ETag, bytes[0], bytes.Length));
            }
            while (!writing.IsCompleted);
        })).ToList();
        await Task.WhenAll([writing, .. reading]);

        foreach (var (etag, fill, length) in seen) tags[etag].ShouldBe((fill, length));

        async Task WriteVersion(byte fill)
        {
            var bytes = new byte[20_000 + fill * 517];
            bytes.AsSpan().Fill(fill);
            tags[await Put(key, bytes)] = (fill, bytes.Length);
        }
    }
}
