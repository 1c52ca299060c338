#include "outputs/runtime_spec.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <initializer_list>

namespace occy::outputs {
namespace {

namespace js = boost::json;

using Words = std::initializer_list<const char*>;

js::array list(Words words) {
  js::array array;
  for (const char* word : words) array.emplace_back(word);
  return array;
}

template <class Range>
js::array list_of(const Range& values) {
  js::array array;
  for (const auto& value : values) array.emplace_back(value);
  return array;
}

js::object mount(const char* destination, const char* type, const char* source, Words options) {
  js::object object{{"destination", destination}, {"type", type}, {"source", source}};
  if (options.size() != 0) object["options"] = list(options);
  return object;
}

js::object sysfs(Starter starter) {
  if (starter == Starter::root) return mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"});
  // Without a network namespace of its own, a container may not mount one.
  return mount("/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"});
}

js::object devpts(Starter starter) {
  if (starter == Starter::root)
    return mount("/dev/pts", "devpts", "devpts",
                 {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"});
  return mount("/dev/pts", "devpts", "devpts", {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"});
}

js::array mounts(Starter starter) {
  js::array array{
      mount("/proc", "proc", "proc", {}),
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      devpts(starter),
      mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
      mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      sysfs(starter),
  };
  if (starter == Starter::root)
    array.push_back(mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"}));
  return array;
}

js::object capabilities() {
  const js::array granted = list({"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"});
  return {{"bounding", granted}, {"effective", granted}, {"permitted", granted}};
}

js::object process(const RunConfig& run, const ImageUser& user) {
  js::object who{{"uid", user.uid}, {"gid", user.gid}};
  if (!user.additional_gids.empty()) who["additionalGids"] = list_of(user.additional_gids);
  return {{"terminal", false},
          {"user", who},
          {"args", list_of(run.args)},
          {"env", list_of(run.env)},
          {"cwd", run.cwd},
          {"capabilities", capabilities()},
          {"rlimits", js::array{js::object{{"type", "RLIMIT_NOFILE"}, {"hard", 1024}, {"soft", 1024}}}},
          {"noNewPrivileges", true}};
}

js::array namespaces(Starter starter) {
  js::array array;
  for (const char* type : {"pid", "ipc", "uts", "mount", "cgroup"}) array.push_back(js::object{{"type", type}});
  array.push_back(js::object{{"type", starter == Starter::root ? "network" : "user"}});
  return array;
}

js::array mapping(std::uint32_t host_id) { return {js::object{{"containerID", 0}, {"hostID", host_id}, {"size", 1}}}; }

js::object linux_part(Starter starter, std::uint32_t uid, std::uint32_t gid) {
  js::object object;
  if (starter == Starter::root)
    object["resources"] = js::object{{"devices", js::array{js::object{{"allow", false}, {"access", "rwm"}}}}};
  object["namespaces"] = namespaces(starter);
  if (starter == Starter::ordinary_user) {
    object["uidMappings"] = mapping(uid);
    object["gidMappings"] = mapping(gid);
  }
  object["maskedPaths"] =
      list({"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
            "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"});
  object["readonlyPaths"] = list({"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"});
  return object;
}

}  // namespace

std::string make_runtime_spec(const RunConfig& run, const ImageUser& user, Starter starter, std::uint32_t uid,
                              std::uint32_t gid) {
  js::object annotations;
  for (const auto& [name, value] : run.annotations) annotations[name] = value;
  const js::object document{{"ociVersion", "1.0.2"},
                            {"process", process(run, user)},
                            {"root", js::object{{"path", "rootfs"}, {"readonly", false}}},
                            {"hostname", run.hostname},
                            {"mounts", mounts(starter)},
                            {"annotations", std::move(annotations)},
                            {"linux", linux_part(starter, uid, gid)}};
  return js::serialize(document) + "\n";
}

}  // namespace occy::outputs
