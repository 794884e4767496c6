"""Settings: a file, the environment over it, and every mistake refused with its mend."""

from pathlib import Path

import pytest

from kit.settings import BadSetting, Settings, load


def written(folder: Path, text: str, **variables: str) -> Settings:
    path = folder / "hall.toml"
    path.write_text(text, "utf-8")
    return load({"BANGBAN_SETTINGS": str(path), **variables})


def refused(folder: Path, text: str, **variables: str) -> str:
    with pytest.raises(BadSetting) as caught:
        written(folder, text, **variables)
    return str(caught.value)


def test_settings_have_defaults_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}) == Settings()
    assert Settings().server.port == 8000


def test_settings_file_is_read_where_it_is_named(tmp_path: Path) -> None:
    settings = written(tmp_path, "[server]\nport = 9000\n[wechat]\ndeadline_seconds = 4\ncustomer_service = true\n")
    assert (settings.server.port, settings.wechat.deadline_seconds, settings.wechat.customer_service) == (
        9000,
        4.0,
        True,
    )
    assert settings.database == Settings().database


def test_settings_file_is_found_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("[hall]\nid = 'east'\n")
    monkeypatch.chdir(tmp_path)
    assert load({}).hall.id == "east"


def test_environment_goes_over_the_file(tmp_path: Path) -> None:
    settings = written(
        tmp_path,
        "[server]\nport = 9000\nhost = '10.0.0.1'\n",
        BANGBAN_SERVER__PORT="9001",
        BANGBAN_WECHAT__TOKEN="only here",
        BANGBAN_DEMO__ON="yes",
        BANGBAN_WECHAT__DEADLINE_SECONDS="3.5",
        PATH="/bin",
    )
    assert (settings.server.port, settings.server.host) == (9001, "10.0.0.1")
    assert (settings.wechat.token, settings.demo.on, settings.wechat.deadline_seconds) == ("only here", True, 3.5)


@pytest.mark.parametrize("word", ["true", "1", "YES", "on"])
def test_yes_is_said_in_many_ways(tmp_path: Path, word: str) -> None:
    assert written(tmp_path, "", BANGBAN_DEMO__ON=word).demo.on is True


@pytest.mark.parametrize("word", ["false", "0", "No", "off", ""])
def test_no_is_said_in_many_ways(tmp_path: Path, word: str) -> None:
    assert written(tmp_path, "", BANGBAN_DEMO__ON=word).demo.on is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[servers]\nport = 1", "servers；认识的有：server、database"),
        ("[server]\nprot = 1", "[server] 里有不认识的设置 prot；认识的有：host、port、workers"),
        ("server = 8000", "server 要写成一段：[server]"),
        ("[server]\nport = 'many'", "server.port 要写整数，现在是“many”"),
        ("[server]\nport = 80.5", "server.port 要写整数，现在是“80.5”"),
        ("[server]\nport = true", "server.port 要写整数，现在是“True”"),
        ("[wechat]\ndeadline_seconds = nan", "wechat.deadline_seconds 要写数字，现在是“nan”"),
        ("[demo]\non = 'perhaps'", "demo.on 要写 true 或 false，现在是“perhaps”"),
        ("[demo]\non = 1", "demo.on 的类型不对：要 bool，现在是 int"),
        ("[hall]\nid = 7", "hall.id 的类型不对：要 str，现在是 int"),
        ("[server", "不是合法的 TOML"),
    ],
)
def test_mistake_in_the_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


@pytest.mark.parametrize(
    "variable",
    [
        "BANGBAN_SERVER__PROT",
        "BANGBAN_SERVERS__PORT",
        "BANGBAN_DATABASE_URL",
        "BANGBAN_PORT",
        "BANGBAN_SERVER__PORT__X",
    ],
)
def test_misspelt_variable_is_refused(tmp_path: Path, variable: str) -> None:
    assert refused(tmp_path, "", **{variable: "1"}).startswith(f"环境变量 {variable} 不是任何设置")


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("wechat", "token"),
        ("wechat", "app_secret"),
        ("wechat", "encoding_aes_key"),
        ("wechat", "previous_aes_key"),
        ("miniprogram", "app_secret"),
        ("secrets", "data_key"),
    ],
)
def test_secret_in_the_file_is_refused_and_never_quoted(tmp_path: Path, section: str, key: str) -> None:
    said = refused(tmp_path, f'[{section}]\n{key} = "hush-hush"')
    assert f"请用环境变量 BANGBAN_{section.upper()}__{key.upper()}" in said
    assert "hush-hush" not in said


def test_secret_is_not_shown_when_settings_are_printed(tmp_path: Path) -> None:
    settings = written(tmp_path, "", BANGBAN_WECHAT__TOKEN="hush-hush", BANGBAN_SECRETS__DATA_KEY="hush-hush")
    assert "hush" not in repr(settings)


def test_named_file_that_is_not_there_is_said() -> None:
    with pytest.raises(BadSetting, match=r"/nowhere\.toml 不存在"):
        load({"BANGBAN_SETTINGS": "/nowhere.toml"})
