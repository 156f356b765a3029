namespace Pipeline.Storage.Tests.Contract;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task A_list_is_in_the_order_of_the_keys_however_they_nest()
    {
        var long300 = new string('m', 300);
        string[] names =
        [
            "b", "b/c", "b-c", "b.jpg", "b/", "b/c/d", "b0", "a/z", "a", "a/b/c/d", "B", "Z/1", "_", "=3D", "b/c.d", "b/c-d", "b/c0/1",
            long300, long300 + "/x", long300 + ".jpg", long300[..180], long300[..180] + "/x", long300[..180] + "-", long300[..181], "n",
        ];
        var keys = names.Where(name => !name.EndsWith('/')).Select(Key).ToList();
        foreach (var key in keys) await Put(key, "x");

        var listed = await List(_area);

        listed.ShouldBe(keys.Select(key => key.Value).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "a/b/1 a/b/2 a/bc/1 ab/1 ab2 b")]
    [InlineData("a", "a/b/1 a/b/2 a/bc/1 ab/1 ab2")]
    [InlineData("a/", "a/b/1 a/b/2 a/bc/1")]
    [InlineData("a/b", "a/b/1 a/b/2 a/bc/1")]
    [InlineData("a/b/", "a/b/1 a/b/2")]
    [InlineData("a/b/2", "a/b/2")]
    [InlineData("ab", "ab/1 ab2")]
    [InlineData("ab2", "ab2")]
    [InlineData("ab2/", "")]
    [InlineData("c", "")]
    [InlineData("a/b/1/", "")]
    public async Task A_prefix_need_not_end_at_a_slash(string prefix, string expected)
    {
        foreach (var name in "b ab2 ab/1 a/bc/1 a/b/2 a/b/1".Split(' ')) await Put(Key(name), "x");

        (await List(_area + prefix)).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => Key(name).Value));
    }

    [Theory]
    [InlineData("", "a", "a/b a/c a-b b")]
    [InlineData("", "a/b", "a/c b")]
    [InlineData("a/", "a/bb", "a/c")]
    [InlineData("", "b", "")]
    [InlineData("", "", "a/b a/c a-b b")]
    public async Task A_list_goes_on_behind_a_key_whether_it_is_there_or_not(string prefix, string after, string expected)
    {
        foreach (var name in "b a/c a/b a-b".Split(' ')) await Put(Key(name), "x");
        var rest = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => Key(name).Value).Order(StringComparer.Ordinal);

        var listed = await Store.ListAsync(_area + prefix, _area + after, default).Select(found => found.Key.Value).ToListAsync();

        listed.ShouldBe(rest);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(180)]
    [InlineData(181)]
    [InlineData(250)]
    [InlineData(300)]
    public async Task A_prefix_may_end_anywhere_in_a_long_name(int length)
    {
        var name = new string('m', 300);
        await Put(Key(name), "x");
        await Put(Key(name + "/below"), "x");

        (await List(Key(name[..length]).Value)).ShouldBe([Key(name).Value, Key(name + "/below").Value]);
    }

    [Fact]
    public async Task A_list_tells_size_and_entity_tag()
    {
        var etag = await Put(Key("a"), "hello");

        await foreach (var info in Store.ListAsync(_area, default))
        {
            info.Size.ShouldBe(5);
            info.ETag.ShouldBe(etag);
            info.Metadata.ShouldBeEmpty();
            info.CacheControl.ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("../")]
    [InlineData("a/../../")]
    [InlineData("/")]
    [InlineData("/etc/")]
    [InlineData("~")]
    [InlineData("~tmp/")]
    [InlineData("a\0")]
    public async Task A_prefix_of_no_key_matches_nothing(string prefix)
    {
        await Put(Key("a/b"), "x");

        (await List(_area + prefix)).ShouldBeEmpty();
        (await List(prefix)).ShouldBeEmpty();
    }

    [Fact]
    public async Task More_objects_than_one_page_are_all_listed()
    {
        var keys = Enumerable.Range(0, 1_050).Select(i => Key($"{i % 10}/{i}")).ToList();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (key, _) => await Put(key, "x"));

        (await List(_area)).ShouldBe(keys.Select(key => key.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_can_be_deleted_again()
    {
        var etag = await Put(Key("a/b"), "x");
        await Put(Key("a/b/c"), "neighbour");

        await Store.DeleteAsync(Key("a/b"), default);
        await Store.DeleteAsync(Key("a/b"), default);
        await Store.DeleteAsync(Key("never/there"), default);

        (await Store.HeadAsync(Key("a/b"), default)).ShouldBeNull();
        (await Store.ReadAsync(Key("a/b"), etag, default)).ShouldBeOfType<ReadResult.Missing>();
        (await List(_area)).ShouldBe([Key("a/b/c").Value]);
        (await Text(Key("a/b/c"))).ShouldBe("neighbour");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Several_objects_are_deleted_together_and_others_stay(int count)
    {
        var keys = Enumerable.Range(0, count).Select(i => Key($"gone/{i}")).ToList();
        foreach (var key in keys) await Put(key, "x");
        await Put(Key("stays"), "x");

        await Store.DeleteAsync([.. keys, .. keys.Take(1).Select(_ => Key("never/there"))], default);

        (await List(_area)).ShouldBe([Key("stays").Value]);
    }

    [Fact]
    public async Task A_deleted_object_can_be_written_anew()
    {
        await Put(Key("a"), "one");
        await Store.DeleteAsync(Key("a"), default);

        await Put(Key("a"), "two", Jpeg with { IfAbsent = true });

        (await Text(Key("a"))).ShouldBe("two");
    }

    [Fact]
    public async Task Objects_come_and_go_beside_each_other_without_harm()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (writer, _) =>
        {
            var key = Key($"shared/deep/{writer}");
            for (var round = 0; round < 25; round++)
            {
                await Put(key, $"{writer} {round}");
                (await Text(key)).ShouldBe($"{writer} {round}");
                await Store.DeleteAsync(key, default);
                (await Text(key)).ShouldBeNull();
            }
        });

        (await List(_area)).ShouldBeEmpty();
    }
}
